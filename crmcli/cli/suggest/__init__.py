"""What a shell is offered for the word being typed; imported only where a shell asks."""
