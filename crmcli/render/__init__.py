"""How answers look: tables, screens, script formats. Text in, text out; the only home of rich."""
