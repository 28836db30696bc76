using AlexNet.Training;
using Lockstep.Worker.Run;

return await WorkerProgram.RunAsync(args, new AlexNetApplication());
