/** TCP's first probe comes after two hours. Until then, an abandoned process would keep its locks and its slot. */
export const keepaliveSettings = {
  tcp_keepalives_idle: '30',
  tcp_keepalives_interval: '10',
  tcp_keepalives_count: '3',
} as const
