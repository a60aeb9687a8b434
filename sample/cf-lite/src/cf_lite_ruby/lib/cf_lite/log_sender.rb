require 'openssl'
require 'socket'

module CfLite
  # Application log lines on their way to loggregator: a datagram each, signed with the shared secret.
  class LogSender
    # `settings`: host, port, secret. Without a host the lines stay in the service's own log.
    def initialize(settings)
      @settings = settings
      @socket = UDPSocket.new
    end

    def write(app, source, text)
      return CfLite.log("#{app} #{source} #{text}") unless @settings['host']

      line = JSON.generate(app: app, source: source, text: text, at: Time.now.to_f)
      @socket.send("#{LogSender.signature(line, @settings['secret'])} #{line}", 0, @settings['host'], @settings['port'])
    rescue SystemCallError, SocketError
      nil
    end

    def self.signature(line, secret)
      OpenSSL::HMAC.hexdigest('SHA256', secret, line)
    end
  end
end
