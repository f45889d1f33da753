'use strict';
// TWILIO_REGION and TWILIO_EDGE are set for another use: the SDK would add them to the name of our host.
const { assert, client, newest, run } = require('./kit');

run(async () => {
  // The oldest release does not read these variables.
  const host = newest && client.getHostname('mask.shop.example', client.edge, client.region);
  if (newest) assert.equal(host, 'mask.dublin.ie1.shop.example');
  client.region = '';
  client.edge = '';
  // Services of other tests may be there, too.
  assert.ok((await client.proxy.v1.services.list()).length >= 1);
});
