require 'socket'

module CfLite
  # A client of the message bus. It stays connected to one of the servers, subscribes anew after each reconnect, and
  # drops what is published while there is none: on this bus everything that matters is said again.
  class Nats
    CONNECT_SECONDS = 3
    # Both together are less than what makes the health manager miss an instance.
    IDLE_SECONDS = 5

    # `settings`: machines (addresses, or the only one), port, user, password.
    def initialize(settings)
      @servers = Array(settings.fetch('machines')).map { |address| [address, settings.fetch('port')] }
      @login = { user: settings['user'], pass: settings['password'] }
      @subscriptions = {}
      @on_connect = []
      @lock = Mutex.new
      @confirmed = false
    end

    def start
      Thread.new do
        loop do
          @servers.shuffle.each { |address, port| stay_connected(address, port) }
          sleep 1
        end
      end
      self
    end

    # The block takes the message (parsed JSON) and the subject to reply to. Of the members of a queue one gets it.
    def subscribe(subject, queue: nil, &handler)
      @lock.synchronize do
        sid = @subscriptions.size + 1
        @subscriptions[sid] = [subject, queue, handler]
        send_lines(subscription(sid)) if @socket
      end
    end

    # False when the message could not be sent.
    def publish(subject, message, reply = nil)
      payload = JSON.generate(message)
      @lock.synchronize do
        @socket ? send_lines("PUB #{subject} #{reply && "#{reply} "}#{payload.bytesize}\r\n#{payload}\r\n") : false
      end
    end

    # Runs after every (re)connect.
    def on_connect(&block)
      @on_connect << block
    end

    def connected?
      !@socket.nil?
    end

    private

    def stay_connected(address, port)
      socket = Socket.tcp(address, port, connect_timeout: CONNECT_SECONDS)
      socket.setsockopt(:TCP, :NODELAY, true)
      socket.gets or raise IOError, 'no greeting'
      log_in(socket)
      CfLite.log "connected to the bus at #{address}:#{port}"
      @on_connect.each { |block| Thread.new(&block) }
      read_messages(socket)
    rescue IOError, SystemCallError, SocketError => error
      CfLite.log "the bus at #{address}:#{port}: #{error.message}"
    ensure
      @lock.synchronize { @socket = nil }
      @confirmed = false
      socket&.close
    end

    # PONG proves that the server took the login: a refusal comes before it.
    def log_in(socket)
      options = { verbose: false, pedantic: false, lang: 'ruby', version: 'cf-lite' }.merge(@login)
      socket.write("CONNECT #{JSON.generate(options)}\r\nPING\r\n")
      reply = socket.gets.to_s.strip
      raise IOError, "login refused: #{reply}" unless reply == 'PONG'

      @lock.synchronize do
        socket.write(@subscriptions.keys.map { |sid| subscription(sid) }.join, "PING\r\n")
        @socket = socket
      end
    end

    def read_messages(socket)
      loop do
        line = next_line(socket)
        case line
        when /\AMSG (\S+) (\d+) (?:(\S+) )?(\d+)/
          deliver(Integer($2), $3, socket.read(Integer($4) + 2))
        when /\APING/
          @lock.synchronize { send_lines("PONG\r\n") }
        when /\APONG/
          @confirmed = true
        when /\A-ERR/
          raise IOError, line.strip
        end
      end
    end

    # A server whose machine is cut off sends nothing, not even an end; it must answer a PING.
    def next_line(socket)
      unless socket.wait_readable(IDLE_SECONDS)
        @lock.synchronize { send_lines("PING\r\n") }
        raise IOError, 'it is silent' unless socket.wait_readable(IDLE_SECONDS)
      end
      socket.gets or raise EOFError, 'it closed the connection'
    end

    def deliver(sid, reply, payload)
      _, _, handler = @subscriptions[sid]
      handler&.call(JSON.parse(payload), reply)
    rescue StandardError => error
      CfLite.log "a message on #{@subscriptions[sid]&.first}: #{error.class}: #{error.message}"
    end

    def subscription(sid)
      subject, queue, = @subscriptions[sid]
      "SUB #{[subject, queue, sid].compact.join(' ')}\r\n"
    end

    def send_lines(lines)
      @socket.write(lines)
      true
    rescue IOError, SystemCallError
      false
    end
  end
end
