"""Pages and figures for everybody."""
