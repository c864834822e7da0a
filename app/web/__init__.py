"""The web side, thin: a form or a question in, a text or a page out."""
