// The one script that sees what the engine's scripts are given: texts.js changes it.
(function () {
__bootstrap.internals.adoptTexts(__bootstrap);
})();
