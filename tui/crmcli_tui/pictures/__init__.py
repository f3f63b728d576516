"""Reports as lines for the screen: what a view looks like, without a widget."""
