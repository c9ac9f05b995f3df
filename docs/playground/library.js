// The library, compiled to WebAssembly. The page holds the module, packed; a call that throws ends its instance, and
// the next call begins a fresh one.
class LibraryError extends Error {}

const library = {
  async load(packed) {
    const bytes = Uint8Array.from(atob(packed.trim()), (letter) => letter.charCodeAt(0));
    const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    this.module = await WebAssembly.compile(await new Response(unpacked).arrayBuffer());
  },

  begin() {
    const fail = (text) => { throw new LibraryError(this.textAt(text)); };
    const system = new Proxy({}, { get: () => () => 8 });  // there are no files: every call of the system's fails
    this.instance = new WebAssembly.Instance(this.module, { page: { fail }, wasi_snapshot_preview1: system });
    this.exports = this.instance.exports;
    this.exports._initialize();
  },

  // Hands in the points, calls, and returns the numbers that the call has left.
  call(name, points, ...values) {
    this.run(name, points, values);
    return this.floats(this.exports.numbers(), this.exports.number_count()).slice();
  },
  text(name, points, ...values) { return this.textAt(this.run(name, points, values)); },

  run(name, points, values) {
    if (!this.instance) this.begin();
    try {
      const count = points.length, room = this.floats(this.exports.room(2 * count), 2 * count);
      points.forEach((point, i) => { room[i] = point.x; room[count + i] = point.y; });
      return this.exports[name](...values);
    } catch (error) {
      this.instance = null;
      throw error;
    }
  },

  floats(place, count) { return new Float32Array(this.exports.memory.buffer, place, count); },
  textAt(place) {
    const bytes = new Uint8Array(this.exports.memory.buffer);
    return new TextDecoder().decode(bytes.slice(place, bytes.indexOf(0, place)));
  },
};
