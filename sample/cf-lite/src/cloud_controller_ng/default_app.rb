# The application that an app gets which was created without bits: a page that says who serves it.
require 'json'
require 'socket'

$stdout.sync = true
about = JSON.parse(ENV.fetch('VCAP_APPLICATION'))
server = TCPServer.new('0.0.0.0', Integer(ENV.fetch('PORT')))
puts "listening on port #{ENV.fetch('PORT')}"

loop do
  Thread.new(server.accept) do |client|
    request = client.gets or next # Somebody only looked whether the port is open.
    nil until client.gets.to_s.strip.empty?
    page = "Hello from #{about['name']}, instance #{about['instance_index']} on #{about['host']}\n"
    client.write("HTTP/1.1 200 OK\r\nContent-Type: text/plain;charset=utf-8\r\nContent-Length: #{page.bytesize}\r\n" \
                 "Connection: close\r\n\r\n#{page}")
    puts request.strip
  rescue IOError, SystemCallError
    # The reader went away.
  ensure
    client.close
  end
end
