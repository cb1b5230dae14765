import { DurableObject } from "cloudflare:workers";

const LINES = [[0, 1, 2], [3, 4, 5], [6, 7, 8], [0, 3, 6], [1, 4, 7], [2, 5, 8], [0, 4, 8], [2, 4, 6]];

/** A session of tic-tac-toe: two players and their moves, in tables. */
export class Game extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    this.sql = ctx.storage.sql;
    this.sql.exec("CREATE TABLE IF NOT EXISTS players (seat INTEGER PRIMARY KEY, name TEXT UNIQUE)");
    this.sql.exec("CREATE TABLE IF NOT EXISTS moves (turn INTEGER PRIMARY KEY, seat INTEGER, cell INTEGER UNIQUE)");
  }

  join(name) {
    const players = this.players();
    if (!players.includes(name)) {
      if (players.length === 2) return refused("the game has two players");
      this.sql.exec("INSERT INTO players VALUES (?, ?)", players.length, name);
    }
    return { ok: true, game: this.state() };
  }

  move(name, cell) {
    const { players, next, winner, moves } = this.state();
    if (!players.includes(name)) return refused(`${name} does not play`);
    if (players.length < 2) return refused("somebody has to join first");
    if (winner !== null) return refused("the game is over");
    if (next !== name) return refused(`it is the turn of ${next}`);
    if (!Number.isInteger(cell) || cell < 0 || cell > 8) return refused("a cell is a number from 0 to 8");
    if (moves.some((move) => move.cell === cell)) return refused("the cell is taken");
    this.sql.exec("INSERT INTO moves VALUES (?, ?, ?)", moves.length, players.indexOf(name), cell);
    return { ok: true, game: this.state() };
  }

  state() {
    const players = this.players();
    const moves = this.sql.exec("SELECT seat, cell FROM moves ORDER BY turn").toArray();
    const board = Array(9).fill(null);
    for (const { seat, cell } of moves) board[cell] = players[seat];
    const line = LINES.find(([a, b, c]) => board[a] !== null && board[a] === board[b] && board[a] === board[c]);
    const winner = line ? board[line[0]] : null;
    const isOver = winner !== null || moves.length === 9;
    return {
      players,
      board,
      winner,
      next: isOver ? null : players[moves.length % 2] ?? null,
      moves: moves.map(({ seat, cell }) => ({ name: players[seat], cell })),
    };
  }

  players() {
    return this.sql.exec("SELECT name FROM players ORDER BY seat").toArray().map(({ name }) => name);
  }
}

const refused = (why) => ({ ok: false, why });

export default {
  async fetch(request, env) {
    const [, games, name, action] = new URL(request.url).pathname.split("/");
    if (games !== "games" || !name) return new Response("/games/<name>\n", { status: 404 });
    const game = env.GAMES.getByName(name);
    if (request.method === "GET" && !action) return Response.json(await game.state());
    const { player, cell } = await request.json();
    if (action === "players") return answer(await game.join(player));
    if (action === "moves") return answer(await game.move(player, cell));
    return new Response("players or moves\n", { status: 404 });
  },
};

function answer({ ok, game, why }) {
  return ok ? Response.json(game) : Response.json({ why }, { status: 409 });
}
