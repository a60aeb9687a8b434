require 'socket'

# Passes one request per connection to whoever answers for its host name, and the answer back as it comes.
class Proxy
  MAX_LINE = 16 * 1024
  CONNECT_SECONDS = 3
  FINISH_SECONDS = 5
  # They speak of one connection only, so they end here.
  HOP_HEADERS = /\A(connection|proxy-connection|keep-alive|expect|x-forwarded-for):/i

  Head = Struct.new(:start_line, :lines) do
    def value(name)
      lines.each { |line| return $1.strip if line =~ /\A#{name}:(.*)/i }
      nil
    end

    def host
      value('host').to_s.sub(/:\d+\z/, '').downcase
    end
  end

  attr_reader :counts

  # `patience`: seconds that an application may be silent.
  def initialize(table, patience:)
    @table = table
    @patience = patience
    @counts = { requests: 0, unknown_routes: 0, bad_gateways: 0 }
    @clients = ThreadGroup.new
  end

  # Each client in a thread of its own, until the listener is closed.
  def take_from(listener)
    loop do
      client, = listener.accept
      @clients.add(Thread.new { serve(client) })
    end
  rescue IOError
    nil
  end

  # Takes nobody any more; whoever has been taken gets an answer.
  def finish(listener)
    listener.close
    deadline = Time.now + FINISH_SECONDS
    @clients.list.each { |client| client.join([deadline - Time.now, 0].max) }
  end

  def serve(client)
    head = read_head(client) or return
    @counts[:requests] += 1
    endpoints = @table.lookup(head.host)
    return unknown_route(client, head) if endpoints.empty?

    backend = connect(endpoints)
    return bad_gateway(client, head) unless backend

    forward(head, client, backend)
  rescue IOError, SystemCallError
    # One of the two went away; so does the other.
  ensure
    backend&.close
    client.close
  end

  private

  def read_head(client)
    return nil unless client.wait_readable(@patience)

    start_line = client.gets("\r\n", MAX_LINE) or return nil
    lines = []
    while (line = client.gets("\r\n", MAX_LINE)) && line != "\r\n"
      lines << line
    end
    line && Head.new(start_line, lines)
  end

  # An address that refuses is forgotten until its owner registers it again.
  def connect(endpoints)
    endpoints.each do |address, port|
      return reach(address, port)
    rescue SystemCallError
      @table.unregister('host' => address, 'port' => port, 'uris' => @table.to_h.keys)
    end
    nil
  end

  # Asked again when the kernel says `no route`: it tells that to everybody who has waited for the same search for a
  # neighbour, though the search may have begun while the cable was out and all but the last second of it be over.
  def reach(address, port)
    give_up = now + CONNECT_SECONDS
    begin
      Socket.tcp(address, port, connect_timeout: [give_up - now, 0.1].max)
    rescue Errno::EHOSTUNREACH
      retry if now < give_up - 1
      raise
    end
  end

  def now
    Process.clock_gettime(Process::CLOCK_MONOTONIC)
  end

  def forward(head, client, backend)
    kept = head.lines.grep_v(HOP_HEADERS)
    backend.write(head.start_line, *kept, forwarded_for(head, client), "Connection: close\r\n\r\n")
    client.write("HTTP/1.1 100 Continue\r\n\r\n") if head.value('expect').to_s.downcase == '100-continue'
    body = Thread.new { copy_body(head, client, backend) }
    copy_answer(backend, client)
    CfLite.log "#{head.host} #{head.start_line.strip}"
  ensure
    body&.kill
  end

  def forwarded_for(head, client)
    "X-Forwarded-For: #{[head.value('x-forwarded-for'), client.remote_address.ip_address].compact.join(', ')}\r\n"
  end

  def copy_body(head, client, backend)
    if head.value('transfer-encoding').to_s.downcase == 'chunked'
      copy_chunks(client, backend)
    else
      IO.copy_stream(client, backend, head.value('content-length').to_i)
    end
  rescue IOError, SystemCallError
    # An application may answer before it has read everything.
  end

  def copy_chunks(client, backend)
    loop do
      line = client.gets("\r\n", MAX_LINE) or return
      backend.write(line)
      size = line.to_i(16)
      break if size.zero?

      IO.copy_stream(client, backend, size + 2)
    end
    while (line = client.gets("\r\n", MAX_LINE))
      backend.write(line)
      break if line == "\r\n"
    end
  end

  # Each piece is passed on at once: an answer in chunks may take its time.
  def copy_answer(backend, client)
    loop do
      raise IOError, 'the application is silent' unless backend.wait_readable(@patience)

      client.write(backend.readpartial(64 * 1024))
    end
  rescue EOFError
    nil
  end

  def unknown_route(client, head)
    @counts[:unknown_routes] += 1
    refuse(client, '404 Not Found', 'unknown_route', "nothing answers for #{head.host.inspect}")
  end

  def bad_gateway(client, head)
    @counts[:bad_gateways] += 1
    refuse(client, '502 Bad Gateway', 'endpoint_failure', "whoever answers for #{head.host.inspect} is away")
  end

  def refuse(client, status, code, text)
    client.write("HTTP/1.1 #{status}\r\nX-Cf-RouterError: #{code}\r\nContent-Type: text/plain\r\n" \
                 "Content-Length: #{text.bytesize + 1}\r\nConnection: close\r\n\r\n#{text}\n")
  end
end
