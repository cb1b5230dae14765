// node:cluster: there is one process, and it is the first.

const EventEmitter = require("events");
const { notImplemented } = require("errors");

class Worker extends EventEmitter {}

class Cluster extends EventEmitter {
  Worker = Worker;
  isMaster = true;
  isPrimary = true;
  isWorker = false;
  SCHED_NONE = 1;
  SCHED_RR = 2;
  schedulingPolicy = 2;
  settings = {};
  workers = {};
}

const cluster = new Cluster();
for (const name of ["disconnect", "fork", "setupMaster", "setupPrimary"]) cluster[name] = notImplemented(`cluster.${name}`);

module.exports = Object.assign(cluster, { Cluster });
