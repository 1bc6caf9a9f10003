/** Which of `owners` processes owns a key: FNV-1a over its UTF-16 units, the same in every process and version. */
export function ownerOf(key: string, owners: number): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < key.length; index += 1) {
    const unit = key.charCodeAt(index)
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193)
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193)
  }
  return (hash >>> 0) % owners
}
