import type { Env } from "./env";

export interface Account {
  email: string;
  name: string;
}

interface Stored extends Account {
  salt: string;
  hash: string;
}

const ITERATIONS = 100_000;

/** Stores a new account; null when the address is taken. */
export async function createAccount(env: Env, wanted: Account & { password: string }): Promise<Account | null> {
  const { email, name, password } = wanted;
  if ((await env.ACCOUNTS.get(email)) !== null) {
    return null;
  }
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const stored: Stored = { email, name, salt: encode(salt), hash: encode(await derive(password, salt)) };
  await env.ACCOUNTS.put(email, JSON.stringify(stored));
  return { email, name };
}

/** The account of this address, if the password is its password. */
export async function findAccount(env: Env, email: string, password: string): Promise<Account | null> {
  const stored = await env.ACCOUNTS.get<Stored>(email, "json");
  if (stored === null) {
    return null;
  }
  const hash = await derive(password, decode(stored.salt));
  return crypto.subtle.timingSafeEqual(hash, decode(stored.hash)) ? { email, name: stored.name } : null;
}

async function derive(password: string, salt: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(password), "PBKDF2", false, ["deriveBits"]);
  const parameters = { name: "PBKDF2", hash: "SHA-256", salt, iterations: ITERATIONS };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, 256));
}

function encode(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

function decode(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
