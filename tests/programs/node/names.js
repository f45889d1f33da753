'use strict';
// Resolves names under .localhost to this machine (RFC 6761), even where the system's resolver does not.
const dns = require('dns');

const asked = dns.lookup;

dns.lookup = function lookup(host, ...more) {
  return asked.call(dns, String(host).endsWith('.localhost') ? '127.0.0.1' : host, ...more);
};
