"""A turn of a conversation between the engine and what is stored: by dial or, over several texts, by SMS."""
