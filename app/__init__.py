"""Izwi: what a resident says by USSD or SMS, heard by the ward."""
