using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Renci.SshNet;
using Renci.SshNet.Security;

namespace Scalelab.Engine.Providers.Command.Remote;

/// <summary>The keys that an SSH agent holds, and signs with: the client's half of draft-miller-ssh-agent.</summary>
internal static class SshAgent
{
    private const byte RequestIdentities = 11;
    private const byte IdentitiesAnswer = 12;
    private const byte SignRequest = 13;
    private const byte SignResponse = 14;

    private const int LongestAnswer = 256 * 1024;

    /// <exception cref="ProviderException">No agent answers there.</exception>
    public static IPrivateKeySource[] Keys(string socket)
    {
        var answer = new Reader(Ask(socket, [RequestIdentities], IdentitiesAnswer));
        return [.. Enumerable.Range(0, answer.Number()).Select(_ =>
        {
            var key = answer.Bytes();
            answer.Bytes();
            return (IPrivateKeySource)new Source(socket, key);
        })];
    }

    private static byte[] Ask(string path, byte[] request, byte expected)
    {
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint(path));
            using var stream = new NetworkStream(socket);
            stream.Write(Sized(request));
            var length = new byte[4];
            stream.ReadExactly(length);
            var size = BinaryPrimitives.ReadInt32BigEndian(length);
            if (size is < 1 or > LongestAnswer)
            {
                throw new IOException("its answer is too long.");
            }

            var answer = new byte[size];
            stream.ReadExactly(answer);
            return answer[0] == expected ? answer[1..] : throw new IOException("it refuses.");
        }
        catch (Exception e) when (e is SocketException or IOException or ArgumentException)
        {
            throw new ProviderException($"The SSH agent at {path} cannot be used: {e.Message} Start it, or correct 'agentSocketPath' or SSH_AUTH_SOCK.", e);
        }
    }

    private static byte[] Sized(ReadOnlySpan<byte> bytes)
    {
        var sized = new byte[bytes.Length + 4];
        BinaryPrimitives.WriteInt32BigEndian(sized, bytes.Length);
        bytes.CopyTo(sized.AsSpan(4));
        return sized;
    }

    private sealed class Reader(byte[] bytes)
    {
        private int _at;

        public int Number()
        {
            var number = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(_at));
            _at += 4;
            return number;
        }

        public byte[] Bytes()
        {
            var length = Number();
            _at += length;
            return bytes[(_at - length).._at];
        }
    }

    private sealed class Source : IPrivateKeySource
    {
        public Source(string socket, byte[] key)
        {
            var type = Encoding.ASCII.GetString(new Reader(key).Bytes());
            HostKeyAlgorithms = type == "ssh-rsa"
                ? [new Algorithm(socket, key, "rsa-sha2-512", flags: 4), new Algorithm(socket, key, "rsa-sha2-256", flags: 2)]
                : [new Algorithm(socket, key, type, flags: 0)];
        }

        public IReadOnlyCollection<HostAlgorithm> HostKeyAlgorithms { get; }
    }

    private sealed class Algorithm(string socket, byte[] key, string name, byte flags) : HostAlgorithm(name)
    {
        public override byte[] Data => key;

        public override byte[] Sign(byte[] data) =>
            new Reader(Ask(socket, [SignRequest, .. Sized(key), .. Sized(data), 0, 0, 0, flags], SignResponse)).Bytes();

        public override bool VerifySignature(byte[] data, byte[] signature) => throw new NotSupportedException("An agent's keys only sign.");
    }
}
