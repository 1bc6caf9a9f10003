export function remember<Value>(entries: Map<string, Value>, entriesMax: number, name: string, value: Value): void {
  entries.delete(name)
  entries.set(name, value)
  if (entries.size > entriesMax) {
    const oldest = entries.keys().next()
    if (!oldest.done) entries.delete(oldest.value)
  }
}
