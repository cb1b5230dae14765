// Projects and their tasks as a REST API: a table of routes, and an answer for every error of the database.

const ROUTES = [
  ["GET", "/projects", listProjects],
  ["POST", "/projects", createProject],
  ["DELETE", "/projects/:id", deleteProject],
  ["GET", "/projects/:id/tasks", listTasks],
  ["POST", "/projects/:id/tasks", createTasks],
  ["PUT", "/tasks/:id", updateTask],
];

/** What a broken rule of the database means to a client. */
const REFUSALS = [
  ["UNIQUE constraint failed: projects.name", 409, "there is such a project"],
  ["FOREIGN KEY constraint failed", 404, "no such project"],
  ["NOT NULL constraint failed: ", 422, "something is missing"],
  ["CHECK constraint failed: done", 422, "`done` is true or false"],
];

class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export default {
  async fetch(request, env) {
    try {
      return await route(request, env.DB);
    } catch (error) {
      const [, status, message] = REFUSALS.find(([text]) => error.message.includes(text)) ?? [];
      const refused = status ? new Refused(status, message) : error;
      if (!(refused instanceof Refused)) throw error;
      return Response.json({ error: refused.message }, { status: refused.status });
    }
  },
};

async function route(request, db) {
  const { pathname } = new URL(request.url);
  const here = ROUTES.filter(([, path]) => new RegExp(`^${path.replace(":id", "\\d+")}$`).test(pathname));
  const found = here.find(([method]) => method === request.method);
  if (found === undefined) throw new Refused(here.length ? 405 : 404, here.length ? "not allowed" : "not found");
  const id = Number(pathname.match(/\d+/)?.[0]);
  return await found[2](db, { id, body: request.body && (await json(request)) });
}

async function json(request) {
  try {
    return await request.json();
  } catch {
    throw new Refused(400, "the body is not JSON");
  }
}

async function listProjects(db) {
  const list = db.prepare(
    `SELECT projects.*, count(tasks.id) AS tasks, coalesce(sum(tasks.done), 0) AS done
     FROM projects LEFT JOIN tasks ON tasks.project_id = projects.id GROUP BY projects.id ORDER BY name`,
  );
  return Response.json((await list.all()).results);
}

async function createProject(db, { body }) {
  const insert = db.prepare("INSERT INTO projects (name) VALUES (?) RETURNING *").bind(body.name ?? null);
  const project = await insert.first();
  return Response.json(project, { status: 201, headers: { location: `/projects/${project.id}` } });
}

async function deleteProject(db, { id }) {
  const { meta } = await db.prepare("DELETE FROM projects WHERE id = ?").bind(id).run();
  if (meta.changes === 0) throw new Refused(404, "no such project");
  return new Response(null, { status: 204 });
}

async function listTasks(db, { id }) {
  const [project, tasks] = await db.batch([
    db.prepare("SELECT 1 FROM projects WHERE id = ?").bind(id),
    db.prepare("SELECT id, text, done FROM tasks WHERE project_id = ? ORDER BY id").bind(id),
  ]);
  if (project.results.length === 0) throw new Refused(404, "no such project");
  return Response.json(tasks.results.map(shown));
}

/** All of them or none. */
async function createTasks(db, { id, body }) {
  const insert = db.prepare("INSERT INTO tasks (project_id, text) VALUES (?, ?) RETURNING id, text, done");
  const results = await db.batch([body].flat().map(({ text }) => insert.bind(id, text ?? null)));
  return Response.json(results.map(({ results: [task] }) => shown(task)), { status: 201 });
}

async function updateTask(db, { id, body }) {
  const update = db.prepare(
    "UPDATE tasks SET text = coalesce(?2, text), done = coalesce(?3, done) WHERE id = ?1 RETURNING id, text, done",
  );
  const task = await update.bind(id, body.text ?? null, body.done ?? null).first();
  if (task === null) throw new Refused(404, "no such task");
  return Response.json(shown(task));
}

function shown({ id, text, done }) {
  return { id, text, done: done === 1 };
}
