/** Starts a session and gives its name. */
export async function startSession(env, session) {
  const sid = crypto.randomUUID();
  await store(env, sid, session);
  return sid;
}

/** The session of this name; null when there is none, or none any more. */
export async function findSession(env, sid) {
  if (sid === null) return null;
  const { value, metadata } = await env.SESSIONS.getWithMetadata(keyOf(sid), "json");
  if (value === null) return null;
  const renewed = (Date.now() - metadata.storedAt) / 1000 >= env.SESSION_SECS / 2;
  if (renewed) await store(env, sid, value);
  return { ...value, sid, renewed };
}

/** Ends a session; one that does not exist is as good as ended. */
export async function endSession(env, sid) {
  if (sid !== null) await env.SESSIONS.delete(keyOf(sid));
}

function store(env, sid, session) {
  return env.SESSIONS.put(keyOf(sid), JSON.stringify(session), {
    expirationTtl: env.SESSION_SECS,
    metadata: { storedAt: Date.now() },
  });
}

function keyOf(sid) {
  return `session:${sid}`;
}
