/** How many random rounds a test plays: a part of them in a run of all tests, and all with MUNIM_ROUNDS=all. */
export function rounds({ few, all }: { readonly few: number; readonly all: number }): number {
  return process.env.MUNIM_ROUNDS === 'all' ? all : few
}
