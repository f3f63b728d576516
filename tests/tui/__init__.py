"""The TUI: messages first, then the screens as text, then one round in a real terminal."""
