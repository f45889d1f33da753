"""The carrier: Twilio's SDK behind one class, signatures, TwiML, segments, the URLs that we give it."""
