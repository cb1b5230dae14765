// A repository of users: the one place that knows their table.

/** An address that somebody else has. */
export class EmailTaken extends Error {}

/** A user that the table does not take. */
export class InvalidUser extends Error {}

export class Users {
  #db;

  constructor(db) {
    this.#db = db;
  }

  async create({ email, name }) {
    const insert = this.#db.prepare("INSERT INTO users (email, name) VALUES (?, ?) RETURNING id, email, name");
    return await this.#stored(insert.bind(email ?? null, name ?? null));
  }

  async get(id) {
    return await this.#db.prepare("SELECT id, email, name FROM users WHERE id = ?").bind(id).first();
  }

  async findByEmail(email) {
    return await this.#db.prepare("SELECT id, email, name FROM users WHERE email = ?").bind(email).first();
  }

  /** Changes what is given and leaves the rest; null if there is no such user. */
  async update(id, { email, name }) {
    const update = this.#db.prepare(
      "UPDATE users SET email = coalesce(?2, email), name = coalesce(?3, name) WHERE id = ?1 RETURNING id, email, name",
    );
    return await this.#stored(update.bind(id, email ?? null, name ?? null));
  }

  /** Whether there was one. */
  async delete(id) {
    const { meta } = await this.#db.prepare("DELETE FROM users WHERE id = ?").bind(id).run();
    return meta.changes > 0;
  }

  /** Errors of the database say which rule was broken in their message alone. */
  async #stored(statement) {
    try {
      return await statement.first();
    } catch (error) {
      if (error.message.includes("UNIQUE constraint failed: users.email")) throw new EmailTaken();
      if (/(NOT NULL|CHECK) constraint failed/.test(error.message)) throw new InvalidUser();
      throw error;
    }
  }
}
