'use strict';
// Names under .localhost mean this machine (RFC 6761), also where the system's resolver does not know.
const dns = require('dns');

const asked = dns.lookup;

dns.lookup = function lookup(host, ...more) {
  return asked.call(dns, String(host).endsWith('.localhost') ? '127.0.0.1' : host, ...more);
};
