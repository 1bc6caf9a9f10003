const header = 'munim-deadline'

/** The header `Munim-Deadline` (milliseconds that the client gives) without the time that the request has spent here. */
export function leftOfDeadline(headers: readonly string[], spentMs: number): readonly string[] {
  const at = headers.findIndex((name, place) => place % 2 === 0 && name === header)
  const given = headers[at + 1]
  if (at === -1 || given === undefined || !/^\d{1,9}$/.test(given)) return headers
  return headers.with(at + 1, String(Math.max(0, Number(given) - Math.ceil(spentMs))))
}
