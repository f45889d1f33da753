'use strict';
// A supervisor's page: each call with its length, and what was recorded before the call was connected.
const { account, assert, client, configure, eventually, run, service, serviceSid, url } = require('./kit');
const phones = require('./phones');
const { App, XML } = require('./app');

const [CALLER, DESK] = ['+14155559001', '+14155559002'];
const OURS = `${url}/v1/Accounts/${account}/Proxy/${serviceSid}/Webhooks/Call`;
const ASK = '<Response><Say>Your name, please</Say><Record action="/named" timeout="2" playBeep="false"/></Response>';

const stranger = () => ({ text: ASK, kind: XML });

async function named({ form }) {
  const { sid } = await service.sessions.create({ uniqueName: `call-${form.CallSid}` });
  await service.sessions(sid).participants.create({ identifier: form.From, proxyIdentifier: form.To });
  await service.sessions(sid).participants.create({ identifier: DESK });
  return { text: `<Response><Redirect method="POST">${OURS}</Redirect></Response>`, kind: XML };
}

run(async () => {
  const [{ phoneNumber }] = await service.phoneNumbers.list();
  const app = await new App({ stranger, named }).start();
  await configure({ OutOfSessionCallbackUrl: app.url('/stranger') });
  await phones.plan(DESK, 'answer');
  const call = await phones.call(CALLER, phoneNumber);
  await phones.say(CALLER, 'It is Ann');
  await phones.passTime(5);
  await eventually(async () => (await phones.state(DESK)) === 'bridged');
  await phones.passTime(42);
  await phones.hangUp(DESK);
  const [found, ...more] = await service.sessions(`call-${call}`).interactions.list();
  assert.deepEqual(more, []);
  assert.equal(found.type.toLowerCase(), 'voice');
  assert.equal(found.inboundResourceSid, call);
  const { duration } = await client.calls(found.outboundResourceSid).fetch();
  assert.equal(JSON.parse(found.data).duration, String(duration));
  assert(Number(duration) >= 42);
  const recordings = await client.recordings.list({ callSid: found.inboundResourceSid });
  assert.deepEqual(recordings.map((one) => one.callSid), [call]);
  assert.deepEqual(await client.recordings.list({ callSid: found.outboundResourceSid }), []);
  app.stop();
});
