using Scalelab.Cluster.Tests.Node.Images;

namespace Scalelab.Cluster.Tests.Kubectl;

/// <summary>
/// The image that the recorded pods run: <c>tool serve PORT</c> says where it listens, answers every request, and ends by itself when asked
/// to; without a command it is a shell, which ends at once. In Perl, which every system that has git has: it starts in milliseconds.
/// </summary>
internal static class ServingImage
{
    private const string Tool =
        """
        #!/usr/bin/env perl
        use strict;
        use warnings;
        use IO::Socket::INET;

        $| = 1;
        $SIG{TERM} = sub { exit 0 };
        my $port = $ARGV[1] // 8080;
        my $server = IO::Socket::INET->new(LocalAddr => $ENV{POD_IP}, LocalPort => $port, Listen => 64, ReuseAddr => 1) or die "cannot listen on $port: $!\n";
        print "listening on $port\n";
        while (1) {
            my $client = $server->accept() or next;
            while (my $line = <$client>) {
                last if $line =~ /^\r?\n$/;
            }
            print $client "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n";
            close $client;
        }

        """;

    public static TestImage Build() => new TestImage { RunConfig = new { Cmd = new[] { "sh" }, Env = new[] { "PATH=/bin" } } }
        .Layer(TestImage.File("bin/tool", Tool, (UnixFileMode)0b111_101_101));
}
