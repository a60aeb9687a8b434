require 'socket'
require 'uri'

module CfLite
  # A small HTTP/1.1 server: a thread per connection, kept-alive connections, bodies with a length or in chunks.
  class HttpServer
    MAX_LINE = 16 * 1024
    MAX_BODY = 64 * 1024 * 1024
    IDLE_SECONDS = 60
    REASONS = {
      200 => 'OK', 201 => 'Created', 204 => 'No Content', 302 => 'Found', 400 => 'Bad Request', 401 => 'Unauthorized',
      403 => 'Forbidden', 404 => 'Not Found', 413 => 'Content Too Large', 500 => 'Internal Server Error',
      502 => 'Bad Gateway', 503 => 'Service Unavailable'
    }.freeze

    # Headers by lower-case name; query and form parameters as hashes.
    Request = Struct.new(:verb, :path, :query, :headers, :body, :remote_address, keyword_init: true) do
      def form
        URI.decode_www_form(body).to_h
      end

      def json
        JSON.parse(body.empty? ? '{}' : body)
      end

      # [user, password] of basic authentication, or nil.
      def credentials
        kind, encoded = headers['authorization'].to_s.split(' ', 2)
        encoded.unpack1('m').split(':', 2) if kind.to_s.casecmp?('basic') && encoded
      end

      def bearer_token
        kind, token = headers['authorization'].to_s.split(' ', 2)
        token if kind.to_s.casecmp?('bearer')
      end
    end

    # Ends a request with an answer of its own.
    class Refusal < StandardError
      attr_reader :status, :headers

      def initialize(status, message, headers = {})
        super(message)
        @status = status
        @headers = headers
      end
    end

    attr_reader :port

    def self.on_port(address, port, &handler)
      server = TCPServer.new(address, port)
      new(server, server.addr[1], &handler)
    end

    def self.on_path(path, &handler)
      File.delete(path) if File.exist?(path)
      server = UNIXServer.new(path)
      File.chmod(0o660, path)
      new(server, nil, &handler)
    end

    # The handler takes a Request and answers [status, headers, body].
    def initialize(server, port, &handler)
      @server = server
      @port = port
      @handler = handler
    end

    def start
      Thread.new do
        loop { serve_in_thread(@server.accept) }
      end
      self
    end

    private

    def serve_in_thread(client)
      Thread.new do
        begin
          nil while serve_one(client)
        rescue IOError, SystemCallError
          # The client went away.
        ensure
          client.close
        end
      end
    end

    # True when the connection may carry another request.
    def serve_one(client)
      return false unless client.wait_readable(IDLE_SECONDS)

      request, refusal = read_request(client)
      return false unless request || refusal

      status, headers, body = refusal || answer(request)
      keep = !refusal && request.headers['connection'].to_s.downcase != 'close'
      write_answer(client, status, headers, request&.verb == 'HEAD' ? nil : body, body.bytesize, keep)
      keep
    end

    def answer(request)
      @handler.call(request)
    rescue Refusal => refusal
      [refusal.status, refusal.headers, "#{refusal.message}\n"]
    rescue StandardError => error
      CfLite.log "#{request.verb} #{request.path}: #{error.class}: #{error.message} (#{error.backtrace.first})"
      [500, {}, "#{error.class}\n"]
    end

    def read_request(client)
      line = client.gets("\n", MAX_LINE) or return nil
      verb, target, version = line.split(' ')
      return [nil, [400, {}, "not HTTP\n"]] unless version.to_s.start_with?('HTTP/1.')

      headers = HttpServer.read_headers(client)
      headers['connection'] ||= 'close' if version == 'HTTP/1.0'
      path, query = target.split('?', 2)
      body = read_body(client, headers)
      [Request.new(verb: verb, path: path, query: URI.decode_www_form(query.to_s).to_h, headers: headers, body: body,
                   remote_address: remote_address(client))]
    rescue Refusal => refusal
      [nil, [refusal.status, {}, "#{refusal.message}\n"]]
    end

    def self.read_headers(io)
      headers = {}
      while (line = io.gets("\n", MAX_LINE)) && line != "\r\n" && line != "\n"
        name, value = line.split(':', 2)
        headers[name.downcase] = value.to_s.strip
      end
      headers
    end

    def read_body(client, headers)
      client.write("HTTP/1.1 100 Continue\r\n\r\n") if headers['expect'].to_s.downcase == '100-continue'
      return read_chunks(client) if headers['transfer-encoding'].to_s.downcase == 'chunked'

      size = Integer(headers['content-length'] || '0', 10)
      raise Refusal.new(413, 'the body is too large') if size > MAX_BODY

      client.read(size).to_s
    rescue ArgumentError
      raise Refusal.new(400, 'bad content length')
    end

    def read_chunks(client)
      body = String.new
      while (size = client.gets("\n", MAX_LINE).to_s.to_i(16)).positive?
        raise Refusal.new(413, 'the body is too large') if body.bytesize + size > MAX_BODY

        body << client.read(size).to_s
        client.gets("\n", MAX_LINE)
      end
      HttpServer.read_headers(client)
      body
    end

    def remote_address(client)
      client.is_a?(TCPSocket) ? client.remote_address.ip_address : 'local'
    end

    def write_answer(client, status, headers, body, size, keep)
      head = +"HTTP/1.1 #{status} #{REASONS.fetch(status, 'Status')}\r\n"
      headers.each { |name, value| head << "#{name}: #{value}\r\n" }
      head << "Content-Length: #{size}\r\nConnection: #{keep ? 'keep-alive' : 'close'}\r\n\r\n"
      client.write(head, body.to_s)
    end
  end
end
