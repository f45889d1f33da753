-- use: interaction
-- What is to do for the files of a message. `fetching`: they are had from the carrier and cleaned while the message waits
-- in its line. `sent`: clean, and kept until the message is over. `over`: dropped, and deleted at the carrier if wanted.
local FIRST_CHECK_MS = 30000

local function load_attachment(sid)
  local text = redis.call('GET', K.attachment(sid))
  if not text then return nil end
  local a = cjson.decode(text)
  a.sid = sid
  return a
end

-- `at`: its next moment.
local function save_attachment(a, at)
  local sid = a.sid
  a.sid = nil
  redis.call('SET', K.attachment(sid), cjson.encode(a))
  redis.call('ZADD', K.attachments(), at, sid)
  a.sid = sid
end

local function forget_attachment(sid)
  redis.call('DEL', K.attachment(sid))
  redis.call('ZREM', K.attachments(), sid)
end

local function begin_attachment(i, state, at, now)
  local resource, deleted = i.inbound and i.inbound.resource, service().delete_media or nil
  save_attachment({ sid = i.sid, state = state, since = now, tries = 0, resource = resource, delete = deleted }, at)
end

-- `count` files came with it.
local function attach(i, count, now)
  i.files = count
  begin_attachment(i, 'fetching', now, now)
end

-- The app's own file, of which there is nothing here: only what the carrier keeps of it may have to go.
local function follow(i, now)
  if service().delete_media then begin_attachment(i, 'sent', now + FIRST_CHECK_MS, now) end
end

-- Its Interaction is about to go.
local function let_attachment_go(sid, now)
  local a = load_attachment(sid)
  if not a then return end
  local i = load_interaction(sid)
  a.state, a.since, a.tries, a.token = 'over', now, 0, nil
  a.outbound = i and i.outbound and i.outbound.resource or a.outbound
  save_attachment(a, now)
end
