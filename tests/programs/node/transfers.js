'use strict';
// Airport transfers without any SDK: dates have an offset or a fraction, and each new driver gets a new Session.
const { assert, inbox, request, run, serviceSid, text, token, account, url } = require('./kit');

const BASE = `${url}/proxy/v1/Services/${serviceSid}`;
const CUSTOMER = '+14155559001';
const DRIVERS = ['+14155559002', '+14155559003'];
const ENDS = {
  '2098-11-21T14:00:00+00:00': '2098-11-21T14:00:00Z',
  '2098-11-21T14:00:00.250000+02:00': '2098-11-21T12:00:00Z',
  '2098-11-21T14:00:00.999Z': '2098-11-21T14:00:00Z',
};
const headers = { Authorization: `Basic ${Buffer.from(`${account}:${token}`).toString('base64')}` };

async function post(path, form) {
  const response = await fetch(BASE + path, { method: 'POST', headers, body: new URLSearchParams(form) });
  assert(response.ok, String(response.status));
  return response.json();
}

/** The Session's SID, and for each phone the proxy number that it uses. */
async function book(driver, end) {
  const session = await post('/Sessions', { DateExpiry: end });
  assert.equal(session.date_expiry, ENDS[end]);
  const masks = {};
  for (const phone of [CUSTOMER, driver]) {
    masks[phone] = (await post(`/Sessions/${session.sid}/Participants`, { Identifier: phone })).proxy_identifier;
  }
  return { sid: session.sid, masks };
}

run(async () => {
  for (const end of Object.keys(ENDS)) {
    for (const driver of DRIVERS) {
      const { sid, masks } = await book(driver, end);
      await text(CUSTOMER, masks[CUSTOMER], `I wait, ${driver}`);
      assert.deepEqual(await inbox(driver), [[masks[driver], `I wait, ${driver}`]]);
      const closed = await post(`/Sessions/${sid}`, { Status: 'closed' });
      assert.deepEqual([closed.status, closed.closed_reason], ['closed', 'api']);
      // After a Session is closed and before the next one, the customer's text reaches no driver.
      await text(CUSTOMER, masks[CUSTOMER], 'Hello?');
      assert.deepEqual(await inbox(driver), []);
    }
  }
  assert.equal((await request('GET', `${BASE}/Sessions`)).sessions.length, 6);
});
