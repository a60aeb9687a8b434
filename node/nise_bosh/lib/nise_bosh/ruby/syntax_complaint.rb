module NiseBosh
  # The first complaint of a SyntaxError and its line; rubies print them differently.
  module SyntaxComplaint
    COLOURS = /\e\[[\d;]*m/
    # `    | ^^^ unexpected end-of-input`, below the line in question
    POINTED = /^[>\s]*\|\s*\^[\^~ ]*(\S.*)$/

    module_function

    def line(error)
      plain(error)[/:(\d+):/, 1].to_i
    end

    def text(error)
      message = plain(error)
      message[POINTED, 1] || message.lines.first.to_s.strip.sub(/\A[^:]*:\d+: (syntax error, )?/, '')
    end

    def plain(error)
      error.message.dup.force_encoding(Encoding::BINARY).gsub(COLOURS, '').force_encoding(Encoding::UTF_8)
    end
  end
end
