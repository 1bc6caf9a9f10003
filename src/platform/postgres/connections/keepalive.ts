/**
 * How soon a server notices that a client's machine, or the network to it, is gone. PostgreSQL leaves that to the
 * operating system, which sends its first probe after two hours. For that long, an abandoned server process would keep
 * its locks and its connection slot. No effect on a Unix socket.
 */
export const keepaliveSettings = {
  tcp_keepalives_idle: '30',
  tcp_keepalives_interval: '10',
  tcp_keepalives_count: '3',
} as const
