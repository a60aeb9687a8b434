require 'socket'

module NiseBosh
  # The node's own address, for manifests that give none.
  module OwnAddress
    module_function

    # The first IPv4 address that is not the loopback; nil if there is none.
    def find
      found = Socket.ip_address_list.find { |address| address.ipv4? && !address.ipv4_loopback? }
      found && found.ip_address
    end
  end
end
