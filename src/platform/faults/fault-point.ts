/**
 * A place at which a test may kill the process. `MUNIM_FAULT_POINT=name` or `name:3` (the third
 * time it is passed) makes the process kill itself there, as hard as `kill -9`; otherwise a fault
 * point costs one comparison. Names are literals, `room.effect.before|after`: a list of them is made
 * from the sources, and the crash tests have to reach every one.
 */
export function faultPoint(name: string): void {
  if (armed === undefined || armed.name !== name) return
  armed.passes -= 1
  if (armed.passes <= 0) process.kill(process.pid, 'SIGKILL')
}

const armed = readArmed(process.env.MUNIM_FAULT_POINT)

function readArmed(text: string | undefined): { readonly name: string; passes: number } | undefined {
  if (text === undefined || text === '') return undefined
  const [name = '', passes] = text.split(':')
  return { name, passes: Number(passes ?? 1) }
}
