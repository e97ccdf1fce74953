using Google.Protobuf.Reflection;
using Scalelab.Policy.Protocol;

namespace Scalelab.Policy.Tests.Serving;

/// <summary>The pack has its own copy of the protocol, so that it is built without anything of the engine's; both are the same.</summary>
public sealed class ProtocolTests
{
    [Fact]
    public void Protocol_OfPackAndEngine_IsTheSame()
    {
        Assert.Equal(Describe(Pulumirpc.AnalyzerReflection.Descriptor), Describe(AnalyzerReflection.Descriptor));
        Assert.Equal(Describe(Pulumirpc.PluginReflection.Descriptor), Describe(PluginReflection.Descriptor));
    }

    private static FileDescriptorProto Describe(FileDescriptor file)
    {
        var description = file.ToProto();
        description.Options = null;
        return description;
    }
}
