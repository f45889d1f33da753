'use strict';
// A ticket shop at the minute of sale: one client creates a thousand Sessions at once and repeats those that get 429.
const { account, assert, run, serviceSid, token, twilio, url } = require('./kit');

const SESSIONS = 1000;

const client = twilio(account, token, { autoRetry: true });
client.proxy.baseUrl = `${url}/proxy`;
const { sessions } = client.proxy.v1.services(serviceSid);

run(async () => {
  const names = Array.from({ length: SESSIONS }, (_, number) => `ticket ${number}`);
  const made = await Promise.all(names.map((uniqueName) => sessions.create({ uniqueName })));
  assert.equal(new Set(made.map((session) => session.sid)).size, SESSIONS);
});
