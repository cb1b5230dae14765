import { WorkerEntrypoint } from "cloudflare:workers";

const PRICES = { tea: 30, cake: 45 };

export default class extends WorkerEntrypoint {
  /** `pay` is a function of somebody else: this Worker never learns whose money it is. */
  async place(customer, items, pay) {
    const total = items.reduce((sum, item) => sum + PRICES[item], 0);
    const left = await pay(total);
    const key = `${customer}/${crypto.randomUUID()}`;
    await this.env.PLACED.put(key, JSON.stringify({ items, total, channel: this.ctx.props.channel }));
    return { total, left };
  }

  async list(customer) {
    const { keys } = await this.env.PLACED.list({ prefix: `${customer}/` });
    return Promise.all(keys.map(({ name }) => this.env.PLACED.get(name, "json")));
  }
}
