// The current folder, which belongs to the isolate.

let folder = "/bundle";

module.exports = {
  cwd: () => folder,
  setCwd: (path) => {
    folder = path;
  },
};
