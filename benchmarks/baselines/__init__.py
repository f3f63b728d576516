"""What the machine can do at best: the bare loops and shells that crm is measured against."""
