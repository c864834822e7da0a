"""What a city knows and decides: places, wards, categories, owners, times. Pure: no wire, no store, no clock."""
