"""The carrier: Twilio's SDK behind one class, signatures, TwiML, segments, and our URLs for its callbacks."""
