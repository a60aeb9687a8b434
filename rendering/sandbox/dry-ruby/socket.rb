# Ruby's library without a network: constants and classes are there, as ipaddr, resolv and net/http build on them.
class SocketError < StandardError
end

NETWORK = 'uses the network of the node'

class BasicSocket < IO
  def self.new(*)
    NodeOnly.unanswered(NETWORK)
  end

  def self.open(*)
    NodeOnly.unanswered(NETWORK)
  end

  def self.method_missing(*)
    NodeOnly.unanswered(NETWORK)
  end

  def self.respond_to_missing?(*)
    true
  end

  def self.do_not_reverse_lookup
    true
  end

  def self.do_not_reverse_lookup=(flag)
    flag
  end
end

class Socket < BasicSocket
  module Constants
    AF_UNSPEC = PF_UNSPEC = 0
    AF_UNIX = PF_UNIX = AF_LOCAL = PF_LOCAL = 1
    AF_INET = PF_INET = 2
    AF_INET6 = PF_INET6 = 10
    SOCK_STREAM = 1
    SOCK_DGRAM = 2
    SOCK_RAW = 3
    IPPROTO_IP = 0
    IPPROTO_ICMP = 1
    IPPROTO_TCP = 6
    IPPROTO_UDP = 17
    IPPROTO_IPV6 = 41
    SOL_SOCKET = 1
    SO_REUSEADDR = 2
    SO_KEEPALIVE = 9
    TCP_NODELAY = 1
    SOMAXCONN = 128
    INADDR_ANY = 0
    INADDR_LOOPBACK = 0x7F000001
    AI_PASSIVE = 1
    NI_NUMERICHOST = 1
    NI_NUMERICSERV = 2
  end
  include Constants
  Constants.constants.each { |name| const_set(name, Constants.const_get(name)) }

  ResolutionError = Class.new(SocketError)

  def self.gethostname
    NodeOnly.ask('asks for the host name of the node')
    'localhost'
  end

  # Of the instance that is rendered, as every node has its own address and the loopback.
  def self.ip_address_list
    NodeOnly.ask('asks for the addresses of the node')
    ['127.0.0.1', $node_address].compact.map { |address| Addrinfo.ip(address) }
  end
end

class IPSocket < BasicSocket
end

class TCPSocket < IPSocket
end

class TCPServer < TCPSocket
end

class UDPSocket < IPSocket
end

class UNIXSocket < BasicSocket
end

class UNIXServer < UNIXSocket
end

class Addrinfo
  attr_reader :ip_address, :ip_port

  def self.ip(address)
    new(address, 0)
  end

  def self.tcp(address, port)
    new(address, port)
  end
  singleton_class.send(:alias_method, :udp, :tcp)

  def self.method_missing(*)
    NodeOnly.unanswered(NETWORK)
  end

  def self.respond_to_missing?(*)
    true
  end

  def initialize(address, port)
    @ip_address = address
    @ip_port = port.to_i
  end

  def ip?
    true
  end

  def ipv4?
    !ipv6?
  end

  def ipv6?
    ip_address.include?(':')
  end

  def ipv4_loopback?
    ip_address.start_with?('127.')
  end

  def ipv6_loopback?
    ip_address == '::1'
  end

  def ipv4_private?
    ip_address.match?(/\A(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/)
  end

  def ipv4_multicast?
    ip_address.match?(/\A2(2[4-9]|3\d)\./)
  end

  def ipv6_linklocal?
    ip_address.match?(/\Afe[89ab]/i)
  end

  def inspect_sockaddr
    ip_address
  end
end
