import { randomFillSync } from 'node:crypto'
import { V7Generator } from 'uuidv7'
import type { Uuid } from '#kernel'

// Random numbers are drawn a thousand at a time: a draw for each id would cost more than the id.
const drawn = new Uint32Array(1024)
let used = drawn.length

const generator = new V7Generator({
  nextUint32: () => {
    if (used === drawn.length) {
      randomFillSync(drawn)
      used = 0
    }
    const number = drawn[used] ?? 0
    used += 1
    return number
  },
})

/** A new UUIDv7 of 32 hexadecimal digits. Later ones sort after earlier ones of the same process. */
export function newUuid(): Uuid {
  return generator.generate().toHex()
}
