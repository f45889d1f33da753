-- The customer's app was asked and gave no answer, or an invalid one. The Service's settings decide what happens then.
local unanswered = {}
local events = use('storage.events')

-- Emits an event, and marks the Interaction `i`, or the inbound if there is no Interaction. The caller saves them.
local function note(tx, asked, given, failure, i, policy)
  local marked = i and i.unchecked or asked.inbound.unchecked or {}
  marked[#marked + 1] = asked.question
  asked.inbound.unchecked = marked
  if i then i.unchecked = marked end
  events.emit(tx, asked.question .. '.failed', i and i.session or '', {
    interaction = i and i.sid, sid = asked.inbound.key, reason = failure, status = given.status,
    ms = tx.now - asked.since, policy = policy,
  })
end

-- Notes the failure and writes the Service's own verdict into `given`. Does nothing if the app gave a valid answer.
function unanswered.apply(tx, asked, given, i, rules)
  local is_intercept, failed = asked.question == 'intercept', given.verdict == 'failed'
  local failure = given.why or failed and 'abandoned'
  if failure then note(tx, asked, given, failure, i, is_intercept and rules.on_intercept_failure or 'refuse') end
  if failed and not is_intercept then
    given.reason, given.code = 'out-of-session', 80913
  elseif failed and rules.on_intercept_failure == 'block' then
    given.verdict, given.reason, given.code, given.say = 'blocked', 'intercept-failed', 11200, 'blocked'
  end
end

return unanswered
