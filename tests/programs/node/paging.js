'use strict';
// An app with more Sessions than fit on a page: it reads them with the SDK's list, and page by page.
const { assert, newest, request, run, service, url: base } = require('./kit');

const named = (sessions) => sessions.map((session) => session.uniqueName);

async function pages(pageSize) {
  const found = [];
  let page = await service.sessions.page({ pageSize });
  while (page) {
    found.push(named(page.instances));
    const next = page.nextPageUrl;
    assert(!next || next.startsWith(`${base}/proxy/v1/`), next);
    page = next && (await service.sessions.getPage(next));
  }
  return found;
}

const each = () =>
  new Promise((resolve, reject) => {
    const found = [];
    const done = (error) => (error ? reject(error) : resolve(found));
    service.sessions.each({ pageSize: 7, callback: (session) => found.push(session), done });
  });

run(async () => {
  const [first] = await service.sessions.list({ limit: 1 });
  assert.equal((await request('GET', first.url)).sid, first.sid);
  const every = await service.sessions.list();
  const names = named(every);
  assert.deepEqual([...names].sort(), [...Array(120).keys()].map((number) => `session ${number}`).sort());
  assert.deepEqual(every, [...every].sort((one, other) => one.dateCreated - other.dateCreated));
  // The oldest SDK asks for only one page of that size, so it gets 100 Sessions, as at Twilio.
  const most = newest ? 120 : 100;
  assert.deepEqual(named(await service.sessions.list({ limit: 5000 })), names.slice(0, most));
  assert.deepEqual(named(await service.sessions.list({ limit: 107 })), names.slice(0, Math.min(most, 107)));
  assert.deepEqual(named(await each()), names);
  assert.deepEqual(await pages(50), [names.slice(0, 50), names.slice(50, 100), names.slice(100)]);
});
