module NiseBosh
  # Address arithmetic without ruby's ipaddr, which needs sockets and so does not load in WebAssembly.
  module Ipv4
    module_function

    def number(address)
      octets = address.to_s.split('.').map { |octet| octet =~ /\A\d{1,3}\z/ ? octet.to_i : 256 }
      raise Error, "Not an IPv4 address: #{address}" unless octets.size == 4 && octets.all? { |octet| octet < 256 }
      octets.inject(0) { |sum, octet| sum * 256 + octet }
    end

    def text(number)
      [24, 16, 8, 0].map { |shift| (number >> shift) & 255 }.join('.')
    end

    # +range+: one address, `10.0.0.1 - 10.0.0.9`, or a subnet, with all its addresses.
    def list(range)
      first, last = range.to_s.split('-').map(&:strip)
      return [first] unless last || first.to_s.include?('/')
      base, length = first.split('/')
      mask = number(netmask((length || 32).to_i))
      from = number(base) & mask
      to = last ? number(last) : from | (~mask & 0xffffffff)
      (from..to).map { |number| text(number) }
    end

    # +length+ of the network part in bits.
    def netmask(length)
      text((0xffffffff << (32 - length)) & 0xffffffff)
    end

    # +subnet+ as `10.10.101.0/24`.
    def inside?(address, subnet)
      base, length = subnet.split('/')
      mask = number(netmask(length.to_i))
      (number(address) & mask) == (number(base) & mask)
    end
  end
end
