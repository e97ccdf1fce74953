using Pulumi;
using Pulumi.Command.Remote.Inputs;
using Pulumi.Docker.Inputs;
using Pulumi.Docker.Outputs;
using Scalelab.Sdk.Tests.Fakes;

namespace Scalelab.Sdk.Tests.Packages;

[Collection(EnvironmentCollection.Name)]
public sealed class CommandAndDockerTests
{
    private const string Signature = "4dabf18193072939515e22adb298388d";
    private const string SecretSignature = "1b47061264138c4ac30d75fd1eb44270";

    [Fact]
    public async Task LocalCommand_Inputs_AreSentWithTheirNames()
    {
        await using var engine = await FakeEngine.StartAsync();
        await engine.RunToSuccessAsync(() => _ = new Pulumi.Command.Local.Command("build", new Pulumi.Command.Local.CommandArgs
        {
            Create = "dotnet publish",
            Dir = "app",
            Environment = { { "A", "B" } },
            Triggers = new object[] { "hash", 1 },
            Logging = Pulumi.Command.Local.Logging.StdoutAndStderr,
        }));

        var request = engine.Resource("build");
        Assert.Equal(("command:local:Command", "1.2.1"), (request.Type, request.Version));
        Wire.AssertJson(
            """{ "create": "dotnet publish", "dir": "app", "environment": { "A": "B" }, "logging": "stdoutAndStderr", "triggers": [ "hash", 1 ] }""",
            request.Object);
    }

    [Fact]
    public async Task RemoteCommand_Connection_IsSecretAsAWhole()
    {
        await using var engine = await FakeEngine.StartAsync();
        await engine.RunToSuccessAsync(() => _ = new Pulumi.Command.Remote.Command("remote", new Pulumi.Command.Remote.CommandArgs
        {
            Connection = new ConnectionArgs { Host = "node-0", PrivateKey = "key" },
            Create = "hostname",
        }));

        var connection = engine.Resource("remote").Object.Fields["connection"].StructValue.Fields;
        Assert.Equal(SecretSignature, connection[Signature].StringValue);
        var value = connection["value"].StructValue.Fields;
        Assert.Equal(("node-0", 22, "root"), (value["host"].StringValue, value["port"].NumberValue, value["user"].StringValue));
        Assert.Equal(["connection"], engine.Resource("remote").AdditionalSecretOutputs);
    }

    [Fact]
    public async Task Run_Invoke_CallsTheFunctionOfThePackage()
    {
        await using var engine = await FakeEngine.StartAsync();
        await engine.RunToSuccessAsync(() => Pulumi.Command.Local.Run.Invoke(new Pulumi.Command.Local.RunInvokeArgs { Command = "date" }));

        var invoke = Assert.Single(engine.Invokes);
        Assert.Equal(("command:local:run", "1.2.1", "date"), (invoke.Tok, invoke.Version, invoke.Args.Fields["command"].StringValue));
    }

    [Fact]
    public async Task Image_Inputs_AreSentWithTheirNames()
    {
        await using var engine = await FakeEngine.StartAsync();
        await engine.RunToSuccessAsync(() => _ = new Pulumi.Docker.Image("image", new Pulumi.Docker.ImageArgs
        {
            ImageName = "registry/model:1",
            Build = new DockerBuildArgs { Context = "app", Platform = "linux/amd64", BuilderVersion = Pulumi.Docker.BuilderVersion.BuilderBuildKit },
            Registry = new RegistryArgs { Server = "registry", Password = "hush" },
        }));

        var request = engine.Resource("image");
        Assert.Equal(("docker:index/image:Image", "5.1.0"), (request.Type, request.Version));
        Wire.AssertJson(
            """{ "builderVersion": "BuilderBuildKit", "context": "app", "platform": "linux/amd64" }""",
            request.Object.Fields["build"].StructValue);
        Assert.Equal(
            SecretSignature,
            request.Object.Fields["registry"].StructValue.Fields["password"].StructValue.Fields[Signature].StringValue);
    }

    [Fact]
    public async Task Container_Ports_AreSentWithTheirNames()
    {
        await using var engine = await FakeEngine.StartAsync();
        await engine.RunToSuccessAsync(() => _ = new Pulumi.Docker.Container("container", new Pulumi.Docker.ContainerArgs
        {
            Image = "registry/model:1",
            Ports = new ContainerPortArgs { Internal = 5000, External = 32001 },
        }));

        Wire.AssertJson(
            """{ "image": "registry/model:1", "ports": [ { "external": 32001, "internal": 5000 } ] }""",
            engine.Resource("container").Object);
    }

    [Fact]
    public async Task Container_Settings_AreSentWithTheirNames()
    {
        await using var engine = await FakeEngine.StartAsync();
        await engine.RunToSuccessAsync(() => _ = new Pulumi.Docker.Container("container", new Pulumi.Docker.ContainerArgs
        {
            Image = "registry/model:1",
            Labels = { new ContainerLabelArgs { Label = "course", Value = "scaling" } },
            Volumes = new[] { new ContainerVolumeArgs { HostPath = "/data", ContainerPath = "/models", ReadOnly = true } },
            Healthcheck = new ContainerHealthcheckArgs { Tests = { "CMD", "true" }, Interval = "5s" },
            Tmpfs = { ["/tmp"] = "size=1m" },
            Memory = 256,
        }));

        Wire.AssertJson(
            """
            {
              "healthcheck": { "interval": "5s", "tests": [ "CMD", "true" ] }, "image": "registry/model:1", "labels": [ { "label": "course", "value": "scaling" } ],
              "memory": 256, "tmpfs": { "/tmp": "size=1m" }, "volumes": [ { "containerPath": "/models", "hostPath": "/data", "readOnly": true } ]
            }
            """,
            engine.Resource("container").Object);
    }

    [Fact]
    public async Task Container_Outputs_AreReadBack()
    {
        await using var engine = await FakeEngine.StartAsync();
        ContainerPort? port = null;
        await engine.RunToSuccessAsync(() =>
        {
            var container = new Pulumi.Docker.Container("container", new Pulumi.Docker.ContainerArgs { Image = "registry/model:1", Ports = new ContainerPortArgs { Internal = 5000, External = 32001 } });
            container.Ports.Apply(ports => port = ports[0]);
        });

        Assert.Equal((5000, 32001), (port!.Internal, port.External));
    }
}
