"""What is known of addresses by country: house numbers, postal codes, post office boxes, phones, mail addresses."""
