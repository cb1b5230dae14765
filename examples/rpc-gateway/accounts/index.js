import { RpcTarget, WorkerEntrypoint } from "cloudflare:workers";

const USERS = { "token-of-ada": "ada", "token-of-bob": "bob" };
const START = 100;

export class PaymentError extends Error {
  name = "PaymentError";
}

/** Whoever holds a stub of this may act for the user, and nobody else. */
class Account extends RpcTarget {
  #user;
  #balances;

  constructor(user, balances) {
    super();
    this.#user = user;
    this.#balances = balances;
  }

  get name() {
    return this.#user;
  }

  async balance() {
    return Number(await this.#balances.get(this.#user) ?? START);
  }

  async pay(amount) {
    const left = (await this.balance()) - amount;
    if (left < 0) throw Object.assign(new PaymentError("not enough money"), { missing: -left });
    await this.#balances.put(this.#user, String(left));
    return left;
  }
}

export default class extends WorkerEntrypoint {
  /** The account that a token opens. */
  open(token) {
    const user = USERS[token];
    if (user === undefined) throw new TypeError("sign in first");
    return new Account(user, this.env.BALANCES);
  }
}
