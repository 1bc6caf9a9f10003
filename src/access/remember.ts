export function remember<Key, Value>(entries: Map<Key, Value>, entriesMax: number, name: Key, value: Value): void {
  entries.delete(name)
  entries.set(name, value)
  if (entries.size > entriesMax) {
    const oldest = entries.keys().next()
    if (!oldest.done) entries.delete(oldest.value)
  }
}
