export interface Flag {
  enabled: boolean;
  /** The share of users, 0 to 100, who see it. */
  percentage: number;
  /** Users who see it whatever the share. */
  users: string[];
}

/** What this Worker uses of a KV namespace. */
export interface FlagStore {
  get<T>(key: string, options: { type: "json"; cacheTtl?: number }): Promise<T | null>;
  get<T>(keys: string[], type: "json"): Promise<Map<string, T | null>>;
  put(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
  list(options: { cursor?: string; limit?: number }): Promise<{
    keys: { name: string }[];
    list_complete: boolean;
    cursor?: string;
  }>;
}

/** As many as one read may ask for. */
const BATCH = 100;

/** A flag, or what is wrong with it. */
export function parseFlag(text: string): Flag | string {
  let flag: Partial<Flag>;
  try {
    flag = JSON.parse(text);
  } catch {
    return "the body is not JSON";
  }
  const { enabled, percentage = 100, users = [] } = flag;
  if (typeof enabled !== "boolean") return "`enabled` must be true or false";
  if (typeof percentage !== "number" || percentage < 0 || percentage > 100) return "`percentage` must be from 0 to 100";
  if (!Array.isArray(users) || !users.every((user) => typeof user === "string")) return "`users` must be a list of names";
  return { enabled, percentage, users };
}

/** Whether a flag is on for a user: the same answer every time, and independent of other flags. */
export function isOn(name: string, flag: Flag, user: string): boolean {
  if (!flag.enabled) return false;
  return flag.users.includes(user) || bucket(`${name}:${user}`) < flag.percentage;
}

/** Every flag by its name. */
export async function allFlags(store: FlagStore): Promise<Record<string, Flag>> {
  const flags: Record<string, Flag> = {};
  let cursor: string | undefined;
  do {
    const page = await store.list({ cursor, limit: BATCH });
    const names = page.keys.map((key) => key.name);
    // Asking for no key at all is an error.
    const values = names.length > 0 ? await store.get<Flag>(names, "json") : new Map<string, Flag | null>();
    for (const [name, flag] of values) {
      if (flag !== null) flags[name] = flag;
    }
    cursor = page.list_complete ? undefined : page.cursor;
  } while (cursor !== undefined);
  return flags;
}

/** FNV-1a, reduced to 0…99. */
function bucket(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return (hash >>> 0) % 100;
}
